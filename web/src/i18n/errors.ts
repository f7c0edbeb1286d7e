import { useTranslation } from 'react-i18next';
import { ApiError, isNetworkError } from '../api/errors';

/** Texts of the API that people see often, and our words for them. Others are shown as the API says them. */
const known: [RegExp, string][] = [
  [/^This field (is required|may not be blank|may not be null)\.$/, 'required'],
  [/^Enter a valid email address\.$/, 'email'],
  [/^user with this email address already exists\.$/, 'emailTaken'],
  [/^No active account found with the given credentials$/, 'logIn'],
  [/^Invalid password\.$/, 'password'],
  [/^The password is too similar to/, 'passwordSimilar'],
  [/^This password is too short\./, 'passwordShort'],
  [/^This password is too common\.$/, 'passwordCommon'],
  [/^This password is entirely numeric\.$/, 'passwordNumeric'],
  [/^(Invalid token for given user\.|Invalid user id or user doesn't exist\.)$/, 'link'],
  [/^Unable to create account\.$/, 'account'],
  [/^This account is already in use\.$/, 'accountInUse'],
  [/^Authentication process canceled/, 'cancelled'],
  [/^Your cart is empty\.$/, 'cartEmpty'],
  [/multiple of/, 'step'],
  [/^A valid (number|integer) is required\.$/, 'number'],
  [/^Ensure this value is greater than or equal to/, 'tooSmall'],
  [/^Ensure this date is not before available_from\.$/, 'datesTurned'],
  [/^This category has products or categories below it/, 'categoryInUse'],
  [/^This is the last active staff user\.$/, 'lastStaff'],
];

/** What to tell a person about something that was thrown, or about a text of the API, in their language. */
export function useErrorText() {
  const { t } = useTranslation();
  const say = (text: string) => {
    const key = known.find(([pattern]) => pattern.test(text))?.[1];
    return key ? t(`error.${key}` as 'error.required') : text;
  };
  return (error: unknown): string => {
    if (typeof error === 'string') {
      return say(error);
    }

    if (isNetworkError(error)) {
      return t('error.network');
    }

    if (!(error instanceof ApiError)) {
      return t('error.other');
    }

    const [first] = Object.values(error.fields).flat();
    return error.status === 429
      ? t('error.throttled')
      : error.status === 404
        ? t('error.missing')
        : error.status >= 500
          ? t('error.server')
          : error.code === 'blocked'
            ? t('error.blocked')
            : say(first ?? error.detail ?? t('error.other'));
  };
}
