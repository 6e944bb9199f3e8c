// A choice that outlives the page where the browser allows it, and that an address may set: report.html#lang=en&theme=dark
import { useState } from "preact/hooks";

/** The choice and its setter; the first option is the default. */
export function useRemembered<T extends string>(name: string, options: readonly T[]): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get(name) ?? stored(name);
    return options.find((option) => option === wanted) ?? options[0]!;
  });
  const remember = (chosen: T) => {
    setValue(chosen);
    try {
      localStorage.setItem(`naru-${name}`, chosen);
    } catch {
      // A browser that keeps nothing for files still shows the choice.
    }
  };
  return [value, remember];
}

function stored(name: string): string | null {
  try {
    return localStorage.getItem(`naru-${name}`);
  } catch {
    return null;
  }
}
