// Prints, as Markdown, what protobuf libraries make of bytes that were made to break them.
//
//   npm run hostile:protobuf
import { hostileTable } from './protobuf/hostile-table.ts';

console.log(await hostileTable());
