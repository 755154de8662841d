import * as attr from "./attributes";
import type { GraphBuilder, Ref } from "./builder";
import type { GraphSession } from "./session";

/** One variable of a graph: its name, shape, and the operations that touch it. */
export interface Variable {
  name: string;
  shape: readonly number[];
  /** The resource, for operations that update it in place. */
  handle: Ref;
  /** Its value at the start of a run. */
  value: Ref;
}

/** The values of a graph's variables by name, as a checkpoint keeps them. */
export type VariableValues = Map<string, Float32Array>;

/** The variables of one graph, and how to write and read them all. */
export class Variables {
  readonly #graph: GraphBuilder;
  readonly #all: Variable[] = [];
  readonly #assigns: Ref[] = [];

  /** @param graph the graph the variables live in. */
  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  /** Declares a variable of floats; it has no value until `restore`. */
  declare(name: string, shape: readonly number[]): Variable {
    const handle = this.#graph.op(
      "VarHandleOp",
      [],
      { dtype: attr.type(attr.FLOAT), shape: attr.shape(shape), shared_name: attr.text(name) },
      { name: `${name}/handle` },
    );
    const value = this.#graph.op("ReadVariableOp", [handle], { dtype: attr.type(attr.FLOAT) }, { name });
    const fed = this.#graph.placeholder(`${name}/restored`, attr.FLOAT, shape);
    // What is fed is JavaScript's own memory. A variable would keep it, write into it, and let go of it on another
    // thread, which ends the process.
    const copy = this.#graph.op("DeepCopy", [fed], { T: attr.type(attr.FLOAT) });
    this.#assigns.push(this.#graph.op("AssignVariableOp", [handle, copy], { dtype: attr.type(attr.FLOAT) }));
    const variable = { name, shape, handle, value };
    this.#all.push(variable);
    return variable;
  }

  /** Every variable declared so far. */
  all(): readonly Variable[] {
    return this.#all;
  }

  /** Ends the declarations: returns the output to fetch for all variables to take their fed values. */
  finish(): Ref {
    return this.#graph.op("Const", [], constantOne(), { name: "restore", after: this.#assigns });
  }

  /** Gives every variable its value. */
  restore(session: GraphSession, values: VariableValues): void {
    const feeds = this.#all.map(({ name, shape }) => {
      const value = values.get(name);
      if (!value)
        throw new Error(`No value for the variable ${name}: the checkpoint is of another network; remove it.`);
      return [`${name}/restored`, { values: value, shape }] as const;
    });
    session.run(Object.fromEntries(feeds), ["restore"]);
  }

  /** The value of every variable, or of those `only` keeps. */
  read(session: GraphSession, only: (variable: Variable) => boolean = () => true): VariableValues {
    const wanted = this.#all.filter(only);
    if (wanted.length === 0) return new Map();
    const values = session.run(
      {},
      wanted.map(({ name }) => name),
    );
    return new Map(wanted.map(({ name }, index) => [name, values[index] as Float32Array]));
  }
}

function constantOne(): attr.Attributes {
  return { dtype: attr.type(attr.FLOAT), value: attr.tensor(Float32Array.of(1), []) };
}
