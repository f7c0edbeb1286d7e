/** Where a message is written. With a keyboard, Enter sends and Shift+Enter begins a line; a phone's Enter begins a line. */
export function MessageBox({
  label,
  value,
  onChange,
  onSend,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSend: () => void;
}) {
  return (
    <textarea
      rows={1}
      dir="auto"
      aria-label={label}
      placeholder={label}
      maxLength={4000}
      value={value}
      onChange={event => onChange(event.target.value)}
      onKeyDown={event => {
        if (
          event.key === 'Enter' &&
          !event.shiftKey &&
          !event.nativeEvent.isComposing &&
          matchMedia('(pointer: fine)').matches
        ) {
          event.preventDefault();
          onSend();
        }
      }}
    />
  );
}
