import type pg from 'pg';

/** A connection of the pool in one hand. Given back once, whoever says so first: the hand, or a limit of time. */
export class Lent {
  private readonly client: pg.PoolClient;
  private isBack = false;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  /**
   * @param values undefined for several statements at once
   * @param limitMs no answer for so long: the connection is thrown away, whatever is under way on it; undefined for no limit
   * @throws what the database says of the statement, or that it says nothing
   */
  async say(
    sql: string,
    values: unknown[] | undefined,
    limitMs: number | undefined,
  ): Promise<pg.QueryResult> {
    if (limitMs === undefined) return this.client.query(sql, values);
    let late: Error | undefined;
    const timer = setTimeout(() => {
      late = new Error(`no answer of PostgreSQL for ${limitMs} ms`);
      this.giveBack(late);
    }, limitMs);
    try {
      return await this.client.query(sql, values);
    } catch (error) {
      throw late ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param broken it is not lent again; one that is lost never is */
  giveBack(broken?: Error): void {
    if (this.isBack) return;
    this.isBack = true;
    this.client.release(broken);
  }
}
