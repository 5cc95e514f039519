import { newCommandId, type Ask } from './selling.ts';

/** A shift leader signs in, closes the departure and takes its passenger list as a PDF into the folder; resolves to the file's name. */
export async function takePassengerList(ask: Ask, departureId: string, folder: string): Promise<string> {
  const { trialClerks } = await ask<{
    trialClerks: { number: string; pin: string; roles: string[] }[];
  }>('session.info');
  const leader = trialClerks.find(({ roles }) => roles.includes('shiftLeader'));
  await ask('session.signIn', { number: leader?.number, pin: leader?.pin });
  await ask('gate.open', { departureId }, newCommandId());
  await ask('gate.stopSale', { departureId }, newCommandId());
  await ask('gate.close', { departureId }, newCommandId());
  const { name } = await ask<{ name: string }>('gate.export', {
    departureId,
    form: 'pdf',
    folder,
    reason: '交海事',
  });
  return name;
}
