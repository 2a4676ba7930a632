export const deployProblems = async (...a: unknown[]): Promise<string[]> => { void a; return [] }
