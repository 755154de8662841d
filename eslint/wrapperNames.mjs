/**
 * Node runs our files, compiled, inside a function whose parameters are these: a file that declares one of them for itself is refused when it
 * is loaded by the one language host, and loads by the other.
 */
const names = new Set(["module", "exports", "require", "__filename", "__dirname"]);

/** Refuses declarations at a file's top level by the names of CommonJS' wrapper. */
export const noWrapperNames = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      taken: "{{name}} is a name of the function that Node runs this file in; give it another at top level.",
    },
  },
  create: (context) => ({
    Program(program) {
      const file = context.sourceCode.getScope(program);
      const scopes = [file, ...file.childScopes.filter(({ type }) => type === "module")];
      for (const { name, defs } of scopes.flatMap(({ variables }) => variables)) {
        for (const { name: node } of names.has(name) ? defs : [])
          context.report({ node, messageId: "taken", data: { name } });
      }
    },
  }),
};
