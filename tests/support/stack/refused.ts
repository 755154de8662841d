/** What was said when work was refused; a sentence that says so when it was not. */
export async function refused(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "nothing was refused";
  } catch (error) {
    return (error as Error).message;
  }
}
