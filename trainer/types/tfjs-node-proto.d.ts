/** The part of tfjs-node's own protobuf messages that writing a graph needs; the package ships them untyped. */
declare module "@tensorflow/tfjs-node/dist/proto/api_pb" {
  interface Message {
    serializeBinary(): Uint8Array;
  }
  class Dim implements Message {
    serializeBinary(): Uint8Array;
    setSize(size: number): void;
  }
  export class TensorShape implements Message {
    static Dim: typeof Dim;
    serializeBinary(): Uint8Array;
    addDim(dim: Dim): Dim;
  }
  export class Tensor implements Message {
    serializeBinary(): Uint8Array;
    setDtype(dtype: number): void;
    setTensorShape(shape: TensorShape): void;
    setTensorContent(content: Uint8Array): void;
  }
  class ListValue implements Message {
    serializeBinary(): Uint8Array;
    setIList(values: number[]): void;
  }
  export class AttrValue implements Message {
    static ListValue: typeof ListValue;
    serializeBinary(): Uint8Array;
    setType(dtype: number): void;
    setI(value: number): void;
    setF(value: number): void;
    setB(value: boolean): void;
    setS(value: Uint8Array): void;
    setShape(shape: TensorShape): void;
    setList(list: ListValue): void;
    setTensor(tensor: Tensor): void;
  }
  export class NodeDef implements Message {
    serializeBinary(): Uint8Array;
    setName(name: string): void;
    setOp(op: string): void;
    setInputList(inputs: string[]): void;
    getAttrMap(): { set(key: string, value: AttrValue): void };
  }
  export class VersionDef implements Message {
    serializeBinary(): Uint8Array;
    setProducer(version: number): void;
  }
  export class GraphDef implements Message {
    serializeBinary(): Uint8Array;
    setNodeList(nodes: NodeDef[]): void;
    setVersions(versions: VersionDef): void;
  }
  class MetaInfoDef implements Message {
    serializeBinary(): Uint8Array;
    addTags(tag: string): void;
  }
  export class MetaGraphDef implements Message {
    static MetaInfoDef: typeof MetaInfoDef;
    serializeBinary(): Uint8Array;
    setMetaInfoDef(info: MetaInfoDef): void;
    setGraphDef(graph: GraphDef): void;
  }
  export class SavedModel implements Message {
    serializeBinary(): Uint8Array;
    setSavedModelSchemaVersion(version: number): void;
    addMetaGraphs(graph: MetaGraphDef): void;
  }
}
