import '../styles/tokens.css';
import './board.css';
import * as z from 'zod';
import { machineClient } from '../client/machine.ts';
import { machineClock } from '../clock.ts';
import { followBoard } from './follow.ts';

z.config({ jitless: true });

const place = document.getElementById('board');
if (!place) throw new TypeError('board.html has no place for the board');
followBoard(machineClient('/office?board'), machineClock, place);
