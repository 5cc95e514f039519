import type { Ref } from 'react';
import { FieldError, Input, Label, TextField } from 'react-aria-components';
import type { Problem } from '../client/office-client.ts';
import { problemWords } from './problem.tsx';

export interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Shown at the field, and the field is marked, while it is set. */
  problem?: Problem | null | undefined;
  inputRef?: Ref<HTMLInputElement>;
  type?: 'text' | 'password';
  /** Numeric keypad and tabular figures. */
  numeric?: boolean;
  placeholder?: string;
  isReadOnly?: boolean;
  className?: string;
  maxLength?: number;
  onFocus?(): void;
}

/** A labelled text field with its refusal below it. Its keys are read by the dispatcher. */
export function Field(props: FieldProps) {
  const {
    label,
    value,
    onChange,
    problem,
    inputRef,
    type = 'text',
    numeric,
    placeholder,
    isReadOnly,
    className,
    maxLength = 64,
  } = props;
  const words = problem ? problemWords(problem) : undefined;
  return (
    <TextField
      className={`field ${className ?? ''}`}
      value={value}
      onChange={onChange}
      type={type}
      isInvalid={words !== undefined}
      validationBehavior="aria"
      isReadOnly={isReadOnly ?? false}
      maxLength={maxLength}
      onFocus={() => props.onFocus?.()}
      autoComplete="off"
    >
      <Label>{label}</Label>
      <Input
        ref={inputRef ?? null}
        className={numeric ? 'input figures' : 'input'}
        inputMode={numeric ? 'decimal' : 'text'}
        placeholder={placeholder ?? ''}
        spellCheck="false"
      />
      <FieldError className="at-field">
        {words && (
          <>
            <b>{words.message}</b> {words.next}
          </>
        )}
      </FieldError>
    </TextField>
  );
}
