import { feeRulesSchema, type FeeRules } from '../../contract/fee-rules.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { checkFeeRules } from '../../domain/refunds/fee-rules.ts';
import { firstIssue, readYaml } from './yaml-text.ts';

/** Reads fee rules from YAML; a refusal names the line, or the two rows that overlap, or the gap. */
export function readFeeRules(text: string): Outcome<FeeRules> {
  const read = readYaml(text);
  if (!read.ok) return read;
  const parsed = feeRulesSchema.safeParse(read.value.value, { reportInput: true });
  if (!parsed.success) {
    const { path, detail } = firstIssue(parsed.error);
    return refused('feeRules.wrong', {
      detail: `第 ${read.value.lineOf(path)} 行 ${path.join('.')}:${detail}`,
    });
  }
  const checked = checkFeeRules(parsed.data);
  return checked.ok ? accepted(checked.value) : checked;
}
