/** Writes, or with --check compares, the pages in docs/ that are made from the contract. */
await import('../docs/generate/index.ts');
