export const testProblems = async (...a: unknown[]): Promise<string[]> => { void a; return [] }
