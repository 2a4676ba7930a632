/** The server of PostgreSQL that this run started, if it did. */
export const running = []
