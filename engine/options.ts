import path from "node:path";

/** The repository's folder: the Pulumi project whose program runs unless another is named. */
export const projectRoot = path.dirname(__dirname);

/** Which stack of which project is meant, and where its private state lies. */
export interface StackOptions {
  /** The stack's name, as Pulumi takes it: `dev`, or `acme/kubeflow-stack/prod`. */
  readonly stack: string;
  /** The private state folder: backend, passphrase, records of runs. */
  readonly state: string;
  /** The folder of the Pulumi project whose program runs. */
  readonly project: string;
  /** The stack's configuration file. */
  readonly configFile: string;
}

/** A stack's name without organisation and project. */
export const shortStackName = (stack: string): string => stack.slice(stack.lastIndexOf("/") + 1);
