// The values of a chart or a table, once: shown as rows, saved as CSV.
import { figureText } from "./figures";
import { useWords } from "./language";
import type { Figure } from "./schema";

export interface TableData {
  head: string[];
  rows: (string | Figure | undefined)[][];
  /** Digits after the point by column; where none are given, enough to tell figures apart. */
  digits?: (number | undefined)[];
}

export function DataTable({ table }: { table: TableData }) {
  const words = useWords();
  const shown = (cell: string | Figure | undefined, column: number) => {
    if (typeof cell === "string") return cell;
    const digits = table.digits?.[column];
    return digits === undefined && typeof cell === "number" ? figureText(cell) : words.number(cell, digits);
  };
  // A column of words reads from the left.
  const worded = table.head.map((_, column) => table.rows.some((row) => typeof row[column] === "string" && row[column].length > 18));
  return (
    <table>
      <thead><tr>{table.head.map((cell, column) => <th key={column} scope="col" class={worded[column] ? "worded" : undefined}>{cell}</th>)}</tr></thead>
      <tbody>
        {table.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) =>
              column === 0 ? <th key={column} scope="row">{shown(cell, column)}</th>
                : <td key={column} class={worded[column] ? "worded" : undefined}>{shown(cell, column)}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** RFC 4180, figures in twelve digits; the mark at the beginning tells spreadsheets that it is UTF-8. */
export function csv(table: TableData): string {
  const cell = (value: string | Figure | undefined) => {
    const text = typeof value === "number" ? String(Number(value.toPrecision(12))) : value ?? "";
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return "\uFEFF" + [table.head, ...table.rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
}
