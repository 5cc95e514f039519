import { noticeFields, type Effect, type Plan } from '../../contract/contingency.ts';
import { defersACheck, isLoosening } from './effects.ts';

/** What is wrong with a plan, and where: a path into the document, as the reader of its file needs it to find the line. */
export interface PlanFault {
  readonly path: readonly (string | number)[];
  /** Chinese, for a refusal. */
  readonly detail: string;
}

/**
 * What the schema of a plan cannot say. A check of people may be put off only with a second person and with evidence
 * (ticketing rules 1.8, 3.2); what loosens has a longest time; notices name fields that exist; two effects do not contradict.
 */
export function checkPlan(plan: Plan): PlanFault | undefined {
  const { effects, authority, loosensAtMostMin, notices } = plan;
  for (const [index, effect] of effects.entries()) {
    const detail = wrongEffect(effect);
    if (detail !== undefined) return { path: ['effects', index], detail };
    if (defersACheck(effect) && authority.countersign.length === 0)
      return {
        path: ['effects', index],
        detail: '推迟或简化查验的措施须有第二人复核,请在 authority.countersign 写明',
      };
  }
  const loosens = effects.some(isLoosening);
  if (loosens && loosensAtMostMin === null)
    return { path: ['loosensAtMostMin'], detail: '有放宽的措施,须写明最长多少分钟' };
  if (!loosens && loosensAtMostMin !== null)
    return { path: ['loosensAtMostMin'], detail: '没有放宽的措施,请写 null' };
  const twice = repeated(effects);
  if (twice !== undefined) return { path: ['effects', twice], detail: '同一范围的同一措施写了两次' };
  for (const [name, text] of Object.entries(notices)) {
    const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].find(
      ([, field]) => !(noticeFields as readonly string[]).includes(field ?? ''),
    );
    if (unknown)
      return { path: ['notices', name], detail: `没有“${unknown[0]}”这一栏,可用:${noticeFields.join('、')}` };
  }
  return undefined;
}

function wrongEffect(effect: Effect): string | undefined {
  if (effect.effect !== 'boarding') return undefined;
  const { check, evidence } = effect;
  if (check === 'full') return evidence.length === 0 ? undefined : '逐人查验不另留凭据,请去掉 evidence';
  if (!evidence.includes('headCount')) return '须点人数:evidence 里请写 headCount';
  if (check === 'list' && !evidence.includes('nameList'))
    return '按名单查验须留名单:evidence 里请写 nameList';
  if (check === 'deferred' && !evidence.includes('checkAboard'))
    return '推迟查验须在船(车)上补查:evidence 里请写 checkAboard';
  return undefined;
}

/** Index of the first effect that repeats one part for the very same scope. */
function repeated(effects: readonly Effect[]): number | undefined {
  const seen = new Set<string>();
  for (const [index, effect] of effects.entries()) {
    const of = 'of' in effect ? effect.of : '';
    const key = `${effect.effect} ${of} ${JSON.stringify(effect.scope ?? null)}`;
    if (seen.has(key)) return index;
    seen.add(key);
  }
  return undefined;
}

/** A notice with its fields filled in; a field that is not known stays as `{field}`, for the person to fill. */
export function fillNotice(
  template: string,
  fields: Partial<Record<(typeof noticeFields)[number], string>>,
): string {
  return template.replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => fields[name as (typeof noticeFields)[number]] ?? whole,
  );
}
