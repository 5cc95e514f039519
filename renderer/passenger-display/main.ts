import '../styles/tokens.css';
import './display.css';
import * as z from 'zod';
import { machineClient } from '../client/machine.ts';
import { followOffice } from './follow.ts';

z.config({ jitless: true });

const place = document.getElementById('display');
if (!place) throw new TypeError('display.html has no place for the display');
followOffice(machineClient('/office?display'), place);
