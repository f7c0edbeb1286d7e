import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import type { IconName } from './Icon';

/** A button that asks for pictures of the kinds that the server takes. */
export function AttachPictures({
  icon,
  multiple,
  disabled,
  onPick,
}: {
  icon: IconName;
  multiple?: boolean;
  disabled?: boolean;
  onPick: (files: File[]) => void;
}) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/avif"
        multiple={multiple}
        hidden
        aria-label={t('messages.attach')}
        onChange={event => {
          onPick([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <IconButton icon={icon} label={t('messages.attach')} onClick={() => input.current?.click()} disabled={disabled} />
    </>
  );
}
