import type { Plan } from '../../contract/contingency.ts';

/** What the office sees by itself, or what a person typed from a weather bulletin; absent = not known. */
export interface Observed {
  readonly visibilityMetres?: number;
  readonly windBeaufort?: number;
  /** How long a reader that should answer has been silent, and likewise printer and link. Minutes. */
  readonly readerSilentMin?: number;
  readonly printerOutMin?: number;
  readonly linkLostMin?: number;
  readonly queuePeople?: number;
  /** Entries that the city does not have. */
  readonly backlogEntries?: number;
}

type Detection = Plan['trigger']['suggestedWhen'][number];

/** A plan that might be wanted, and what was seen against which figure. */
export interface Suggestion {
  readonly planId: string;
  readonly sees: Detection['sees'];
  readonly seen: number;
  readonly threshold: number;
}

/** The figure of a detection and what was seen of it; undefined when nobody looked. */
function compared(when: Detection, observed: Observed): { seen: number | undefined; threshold: number } {
  switch (when.sees) {
    case 'visibilityBelow':
      return { seen: observed.visibilityMetres, threshold: when.metres };
    case 'windAtLeast':
      return { seen: observed.windBeaufort, threshold: when.beaufort };
    case 'readerSilent':
      return { seen: observed.readerSilentMin, threshold: when.minutes };
    case 'printerOut':
      return { seen: observed.printerOutMin, threshold: when.minutes };
    case 'linkLost':
      return { seen: observed.linkLostMin, threshold: when.minutes };
    case 'queueAtLeast':
      return { seen: observed.queuePeople, threshold: when.people };
    case 'backlogAtLeast':
      return { seen: observed.backlogEntries, threshold: when.entries };
  }
}

/**
 * Plans whose figure is crossed by what was seen, in the order of the library. A suggestion is a line on a screen: nothing is put
 * in force by it (ticketing rules 2.7.10).
 */
export function suggestions(plans: readonly Plan[], observed: Observed): Suggestion[] {
  return plans.flatMap(({ id, trigger }) => {
    for (const when of trigger.suggestedWhen) {
      const { seen, threshold } = compared(when, observed);
      if (seen === undefined) continue;
      if (when.sees === 'visibilityBelow' ? seen < threshold : seen >= threshold)
        return [{ planId: id, sees: when.sees, seen, threshold }];
    }
    return [];
  });
}
