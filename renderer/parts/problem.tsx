import type { Problem } from '../client/office-client.ts';
import { t } from '../words/words.ts';

/** What is wrong and what to do now, as two texts. */
export function problemWords(problem: Problem): { message: string; next: string } {
  if ('message' in problem) return { message: problem.message, next: problem.next };
  switch (problem.code) {
    case 'client.money':
      return { message: t('money.invalid'), next: '' };
    case 'client.length':
      return { message: t('vehicle.lengthWrong'), next: t('vehicle.lengthNext') };
    case 'client.nameMissing':
      return { message: t('passengers.nameMissing'), next: '' };
    case 'client.badAnswerAfterCommand':
      return { message: t('client.badAnswerAfterCommand'), next: t('client.badAnswerAfterCommandNext') };
    case 'client.badAnswer':
      return { message: t('client.badAnswer'), next: t('client.badAnswerNext') };
  }
}

/** A refusal in plain Chinese: bold what is wrong, then what to do. Read aloud at once. */
export function ProblemBox({ problem }: { problem: Problem }) {
  const { message, next } = problemWords(problem);
  return (
    <div className="problem" role="alert">
      <b>{message}</b>
      {next !== '' && <span> {next}</span>}
    </div>
  );
}
