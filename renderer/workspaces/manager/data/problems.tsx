import type { DataProblem } from '../../../../contract/basic-data/problems.ts';
import { tableSpecs } from '../../../../contract/basic-data/columns.ts';
import { t } from '../../../words/words.ts';

/** Where a problem stands: sheet and cell of a file, else the row's key. */
function placeOf({ place, table, key }: DataProblem): string {
  if (place) {
    const cell = place.cell ?? t('data.line', { row: place.row });
    return place.sheet === null ? cell : `${place.sheet} ${cell}`;
  }
  return [table === null ? '' : tableSpecs[table].title, key ?? ''].filter(Boolean).join(' ');
}

/** Everything found wrong, each with its place, what it is and what to do. */
export function ProblemList({ problems }: { problems: readonly DataProblem[] }) {
  return (
    <ul className="data-problems" aria-label={t('data.problems')}>
      {problems.map((problem, n) => (
        // Two problems of one cell may read the same.
        <li key={`${String(n)} ${problem.code}`}>
          <span className={problem.severity === 'error' ? 'tag stop' : 'tag warn'}>
            {t(`data.severity.${problem.severity}`)}
          </span>{' '}
          <b className="figures">{placeOf(problem)}</b>{' '}
          {problem.heading !== undefined && <span>{problem.heading} </span>}
          <span>{problem.message}</span> <span className="dim">{problem.next}</span>
        </li>
      ))}
    </ul>
  );
}
