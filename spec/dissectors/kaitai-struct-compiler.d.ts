/** What is used of the compiler; it has no declarations of its own. */
declare module 'kaitai-struct-compiler' {
  interface Compiler {
    /** @param debug makes classes that note where each field begins and ends. */
    compile(
      language: string,
      description: unknown,
      importer: null,
      debug: boolean,
    ): Promise<Record<string, string>>;
  }
  const compiler: Compiler;
  export default compiler;
}
