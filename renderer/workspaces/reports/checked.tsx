import type { OfficeOutput } from '../../../contract/office.ts';
import { t } from '../../words/words.ts';

/** What reading the journal from end to end found. */
export function Checked({ result }: { result: OfficeOutput<'journal.verify'> | 'running' }) {
  if (result === 'running') return <output className="dim">{t('journal.checking')}</output>;
  return result.ok ? (
    <output className="caution good" data-journal="right">
      {t('journal.right', {
        count: result.count,
        seconds: (result.tookMs / 1000).toFixed(1),
        hash: result.headHash.slice(0, 16),
      })}
    </output>
  ) : (
    <div className="caution stop" role="alert" data-journal="wrong">
      {t('journal.wrong', { seq: result.wrong?.seq ?? 0, why: result.wrong?.why ?? '' })}
    </div>
  );
}
