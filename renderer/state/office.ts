import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { OfficeInput, OfficeMethod, OfficeOutput, OfficeStatus } from '../../contract/office.ts';
import type { OfficeClient, Problem } from '../client/office-client.ts';
import type { Clock } from '../clock.ts';

/** What every screen is given: the office's client and the page's clock. */
export interface Office {
  client: OfficeClient;
  clock: Clock;
  queries: QueryClient;
}

const Context = createContext<Office | null>(null);
export const OfficeProvider = Context.Provider;

export function useOffice(): Office {
  const office = use(Context);
  if (!office) throw new TypeError('a screen outside its office');
  return office;
}

/** A refused query. */
export class QueryRefused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'QueryRefused';
    this.problem = problem;
  }
}

/** Nothing grows old by itself: the office tells what changed, see `live.ts`. */
export const makeQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 60_000,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
    },
  });

export interface AskOptions {
  enabled?: boolean;
  /** Asked again after this time even if nothing was told: what depends on the clock alone. */
  everyMs?: number;
  /** Shows the answer to the question before until this one is answered. */
  keep?: boolean;
}

/** A query of the office under its method's name and parameters. */
export function useAsk<M extends OfficeMethod>(
  method: M,
  params: OfficeInput<M>,
  options: AskOptions = {},
): UseQueryResult<OfficeOutput<M>, QueryRefused> {
  const { client } = useOffice();
  return useQuery<OfficeOutput<M>, QueryRefused>({
    queryKey: [method, params],
    queryFn: async () => {
      const reply = await client.call(method, params);
      if (!reply.ok) throw new QueryRefused(reply.problem);
      return reply.value;
    },
    enabled: options.enabled ?? true,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** The status with the page's own reading of when it came, to run the office's clock on. */
export interface KnownStatus {
  status: OfficeStatus;
  atMonotonicMs: number;
}
export const STATUS_KEY = ['known-status'] as const;

export function useStatus(): KnownStatus | undefined {
  const { client, clock } = useOffice();
  const query = useQuery<KnownStatus, QueryRefused>({
    queryKey: STATUS_KEY,
    queryFn: async () => {
      const reply = await client.call('status.get', {});
      if (!reply.ok) throw new QueryRefused(reply.problem);
      return { status: reply.value, atMonotonicMs: clock.monotonicMs() };
    },
  });
  return query.data;
}

/** The office's time now, from its last status and the page's steady clock. */
export function officeNow(known: KnownStatus, clock: Clock): number {
  return known.status.nowMs + (clock.monotonicMs() - known.atMonotonicMs);
}
