/** The part of WebAssembly's JavaScript interface used here: Node has it, its types come only with the DOM's. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static customSections(module: Module, name: string): readonly ArrayBuffer[];
    private readonly brand: 'module';
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  type WebAssemblyInstantiatedSource = { readonly module: Module; readonly instance: Instance };
  function compile(bytes: Uint8Array): Promise<Module>;
}
