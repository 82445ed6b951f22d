/** RESP in the text form (`petrel/text/resp`): nothing of it is lost, whatever the bytes. */
export { RespParser } from './resp-parse.ts';
export { RespPrinter } from './resp-print.ts';
