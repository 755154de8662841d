import { createNodeResolver, importX } from "eslint-plugin-import-x";
import mocha from "eslint-plugin-mocha";
import tseslint from "typescript-eslint";
import { testZones, zones } from "./eslint/boundaries.mjs";
import { noWrapperNames } from "./eslint/wrapperNames.mjs";

const tests = ["**/*.test.ts", "tests/**/*.ts"];

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/dist/", ".state/", "workloads/digits/page/public/"] },
  // No comment switches a rule off: a rule that is wrong is changed here, for all.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX, "kubeflow-stack": { rules: { "no-wrapper-names": noWrapperNames } } },
    rules: {
      "kubeflow-stack/no-wrapper-names": "error",
      eqeqeq: "error",
      // What an interface makes a promise of may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
    },
    settings: { "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".js", ".json"] })] },
  },
  // Programs of their own, for the shell: what they print is what they do.
  { files: ["trainer/**", "infra/recipes/main.ts", "workloads/digits/page/**"], rules: { "no-console": "off" } },
  {
    files: tests,
    extends: [mocha.configs.recommended],
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: testZones }],
      // chai's `expect(x).to.be.true` is an expression.
      "@typescript-eslint/no-unused-expressions": "off",
      "mocha/no-mocha-arrows": "off",
      "mocha/no-setup-in-describe": "off",
      "mocha/max-top-level-suites": "off",
      "mocha/consistent-spacing-between-blocks": "off",
    },
  },
);
