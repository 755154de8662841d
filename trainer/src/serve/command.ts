export async function serveCommand(_args: readonly string[], _env: NodeJS.ProcessEnv): Promise<number> { return 1; }
