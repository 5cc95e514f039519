import { useEffect, useState } from 'react';
import { officeNow, useOffice, useStatus } from '../state/office.ts';

/** The office's time, drawn again every so often; undefined until the office has said what time it is. */
export function useOfficeNow(everyMs: number): number | undefined {
  const { clock } = useOffice();
  const known = useStatus();
  const [, draw] = useState(0);
  useEffect(() => {
    let callOff = (): void => undefined;
    const next = (): void => {
      callOff = clock.after(everyMs, () => {
        draw((count) => count + 1);
        next();
      });
    };
    next();
    return () => {
      callOff();
    };
  }, [clock, everyMs]);
  return known ? officeNow(known, clock) : undefined;
}
