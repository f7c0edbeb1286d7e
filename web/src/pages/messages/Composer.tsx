import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { uploadImage } from '../../api/chat';
import type { ChatImage } from '../../api/types';
import { IconButton } from '../../design/Button';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { put, writeMessage } from '../../live/live';
import styles from './Messages.module.css';

const mostImages = 10;

export function Composer({ conversation }: { conversation: number }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [text, setText] = useState('');
  const [images, setImages] = useState<ChatImage[]>([]);
  const [uploading, setUploading] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const toldAt = useRef(0);

  function type(to: string) {
    setText(to);
    if (Date.now() - toldAt.current > 3_000) {
      toldAt.current = Date.now();
      put({ type: 'typing', conversation, active: true });
    }
  }

  function send() {
    if ((text.trim() === '' && images.length === 0) || uploading > 0) {
      return;
    }

    void writeMessage(
      conversation,
      text.trim(),
      images.map(({ id }) => id),
    );
    setText('');
    setImages([]);
    toldAt.current = 0;
  }

  async function attach(files: File[]) {
    setUploading(files.length);
    for (const file of files) {
      try {
        const image = await uploadImage(file);
        setImages(before => [...before, image]);
      } catch (error) {
        say(textOf(error), { kind: 'failed' });
      }

      setUploading(before => before - 1);
    }
  }

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {(images.length > 0 || uploading > 0) && (
        <div className={styles.attached}>
          {images.map(image => (
            <button
              key={image.id}
              type="button"
              aria-label={t('messages.removePicture')}
              onClick={() => setImages(images.filter(({ id }) => id !== image.id))}
            >
              <img src={image.thumbnail_url} alt="" width={64} height={64} />
            </button>
          ))}
          {uploading > 0 && <span role="status">{t('messages.uploading', { count: uploading })}</span>}
        </div>
      )}
      <div className={styles.composer}>
        <input
          ref={input}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/avif"
          multiple
          hidden
          aria-label={t('messages.attach')}
          onChange={event => {
            void attach([...(event.target.files ?? [])].slice(0, mostImages - images.length));
            event.target.value = '';
          }}
        />
        <IconButton
          icon="image"
          label={t('messages.attach')}
          onClick={() => input.current?.click()}
          disabled={images.length >= mostImages}
        />
        <textarea
          rows={1}
          dir="auto"
          aria-label={t('messages.write')}
          placeholder={t('messages.write')}
          maxLength={4000}
          value={text}
          onChange={event => type(event.target.value)}
          onKeyDown={event => {
            // Where there is a keyboard, Enter sends; a phone's Enter begins a line.
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
        <IconButton type="submit" icon="send" label={t('messages.send')} />
      </div>
    </form>
  );
}
