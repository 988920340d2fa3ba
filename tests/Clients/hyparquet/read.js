// Reads Parquet files as a page in a browser would, and prints each row as a line of JSON: an array of texts, null where a cell is empty.
// Positions and counts are BigInt; days and times are Date, which knows no microseconds; an amount is a Number, which knows 15 digits.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'

const text = (value, type) => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return type === 'DATE' ? value.toISOString().slice(0, 10) : value.toISOString()
  if (Array.isArray(value)) return `[${value.join(', ')}]`
  return String(value)
}

for (const path of process.argv.slice(2)) {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const columns = parquetSchema(metadata).children.map(x => x.element)
  console.log(JSON.stringify({ path, rows: String(metadata.num_rows), groups: metadata.row_groups.length, columns: columns.map(x => x.name) }))
  for (const row of await parquetReadObjects({ file, metadata })) {
    console.log(JSON.stringify(columns.map(x => text(row[x.name], x.logical_type?.type ?? x.converted_type))))
  }
}
