/** Whole numbers among a command's options. */
import { InvalidArgumentError } from 'commander';

/** @returns the number that the text spells. @throws InvalidArgumentError for another text, and for less than 1 or more than 999,999,999. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < 1)
    throw new InvalidArgumentError('It is a whole number from 1 to 999999999.');
  return value;
}
