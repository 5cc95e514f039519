import pg from 'pg';

/** A connection of the pool in one hand. Given back once: at the end, or as soon as it is no use any more. */
export class Lent {
  private readonly client: pg.PoolClient;
  private isBack = false;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  /**
   * @param values undefined for several statements at once
   * @param limitMs no answer for so long: the connection is thrown away, whatever is under way on it; undefined for no limit
   * @throws what the database says of the statement, or that nothing is heard of it
   */
  async say(
    sql: string,
    values: unknown[] | undefined,
    limitMs: number | undefined,
  ): Promise<pg.QueryResult> {
    const config: pg.QueryConfig & { query_timeout?: number } = { text: sql };
    if (limitMs !== undefined) config.query_timeout = limitMs;
    try {
      return await this.client.query(config, values);
    } catch (error) {
      // What the database says leaves the connection good. Anything else is the line, and what is still under way there is nobody's.
      if (!(error instanceof pg.DatabaseError)) this.giveBack(error as Error);
      throw error;
    }
  }

  /** @param broken it is not lent again; one that is lost never is */
  giveBack(broken?: Error): void {
    if (this.isBack) return;
    this.isBack = true;
    this.client.release(broken);
  }
}
