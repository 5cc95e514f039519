import './styles/tokens.css';
import './styles/page.css';
import './styles/parts.css';
import './styles/screens.css';
import './styles/plans.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import * as z from 'zod';
import { machineClient } from './client/machine.ts';
import { machineClock } from './clock.ts';
import { App } from './screens/app.tsx';
import { makeDesk } from './state/desk.ts';
import { listen } from './state/live.ts';
import { makeQueries, OfficeProvider, type Office } from './state/office.ts';

// The page's policy allows no code made from text; without this zod would try to, and be reported for it.
z.config({ jitless: true });

const office: Office = { client: machineClient(), clock: machineClock, queries: makeQueries() };
const desk = makeDesk(office);
listen(office, desk);

const root = document.getElementById('page');
if (!root) throw new TypeError('index.html has no place for the page');
createRoot(root).render(
  <I18nProvider locale="zh-CN">
    <QueryClientProvider client={office.queries}>
      <OfficeProvider value={office}>
        <App desk={desk} />
      </OfficeProvider>
    </QueryClientProvider>
  </I18nProvider>,
);
