import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../design/Button';
import styles from './Ask.module.css';

/** Where the question is written, with a picture of a leaf or a pest when that says more. */
export function AskBox({ busy, onAsk }: { busy: boolean; onAsk: (message: string, image?: File) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [image, setImage] = useState<{ file: File; url: string }>();
  const input = useRef<HTMLInputElement>(null);

  function send() {
    const message = text.trim() || (image ? t('ask.aboutPicture') : '');
    if (message && !busy) {
      onAsk(message, image?.file);
      setText('');
      setImage(undefined);
    }
  }

  return (
    <form
      className={styles.composer}
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {image && (
        <div className={styles.picture}>
          <img src={image.url} alt={t('messages.picture')} width={64} height={64} />
          <Button kind="quiet" small onClick={() => setImage(undefined)}>
            {t('messages.removePicture')}
          </Button>
        </div>
      )}
      <div className={styles.box}>
        <input
          ref={input}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/avif"
          hidden
          aria-label={t('messages.attach')}
          onChange={event => {
            const [file] = event.target.files ?? [];
            setImage(file && { file, url: URL.createObjectURL(file) });
            event.target.value = '';
          }}
        />
        <IconButton icon="camera" label={t('messages.attach')} onClick={() => input.current?.click()} />
        <textarea
          rows={1}
          dir="auto"
          aria-label={t('ask.placeholder')}
          placeholder={t('ask.placeholder')}
          maxLength={4000}
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={event => {
            if (
              event.key === 'Enter' &&
              !event.shiftKey &&
              !event.nativeEvent.isComposing &&
              matchMedia('(pointer: fine)').matches
            ) {
              event.preventDefault();
              send();
            }
          }}
        />
        <IconButton type="submit" icon="send" label={t('ask.action')} aria-disabled={busy} />
      </div>
    </form>
  );
}
