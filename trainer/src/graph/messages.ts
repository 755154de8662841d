import { createRequire } from "node:module";

/** A tensor's shape. */
export interface TensorShapeMessage {
  addDim(dim: { setSize(size: number): void }): unknown;
}

/** A tensor's values. */
export interface TensorMessage {
  setDtype(dtype: number): void;
  setTensorShape(shape: TensorShapeMessage): void;
  setTensorContent(content: Uint8Array): void;
}

interface ListMessage {
  setIList(values: number[]): void;
}

/** An operation's attribute. */
export interface AttrMessage {
  setType(dtype: number): void;
  setF(value: number): void;
  setB(value: boolean): void;
  setS(value: Uint8Array): void;
  setShape(shape: TensorShapeMessage): void;
  setList(list: ListMessage): void;
  setTensor(tensor: TensorMessage): void;
}

/** An operation. */
export interface NodeMessage {
  setName(name: string): void;
  setOp(op: string): void;
  setInputList(inputs: string[]): void;
  getAttrMap(): { set(key: string, value: AttrMessage): void };
}

interface VersionMessage {
  setProducer(version: number): void;
}

interface GraphMessage {
  setNodeList(nodes: NodeMessage[]): void;
  setVersions(versions: VersionMessage): void;
}

interface MetaInfoMessage {
  addTags(tag: string): void;
}

interface MetaGraphMessage {
  setMetaInfoDef(info: MetaInfoMessage): void;
  setGraphDef(graph: GraphMessage): void;
}

interface SavedModelMessage {
  setSavedModelSchemaVersion(version: number): void;
  addMetaGraphs(graph: MetaGraphMessage): void;
  serializeBinary(): Uint8Array;
}

/** The messages of TensorFlow's protocol that a graph is written in. */
interface Messages {
  TensorShape: { new (): TensorShapeMessage; Dim: new () => { setSize(size: number): void } };
  Tensor: new () => TensorMessage;
  AttrValue: { new (): AttrMessage; ListValue: new () => ListMessage };
  NodeDef: new () => NodeMessage;
  VersionDef: new () => VersionMessage;
  GraphDef: new () => GraphMessage;
  MetaGraphDef: { new (): MetaGraphMessage; MetaInfoDef: new () => MetaInfoMessage };
  SavedModel: new () => SavedModelMessage;
}

/** tfjs-node's own code for these messages, which it ships without types. */
export const messages = createRequire(__filename)("@tensorflow/tfjs-node/dist/proto/api_pb") as Messages;
