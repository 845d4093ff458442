import { hashPassword } from '../../shared/password';
import type { Row } from '../../shared/store/database';
import { v2UserIdForm } from '../../shared/v2UserId';
import { legacyRow } from './legacyRow';
import {
  accountDeleted,
  insertRows,
  noUserId,
  skipped,
  timeFault,
  type CopyContext,
  type LegacyTable,
  type Plan,
} from './legacyTable';
import type { Outcome } from './tally';
import {
  knownAccounts,
  knownUsers,
  userChange,
  writeUsers,
  type KnownAccount,
  type LegacyUser,
  type UserChange,
} from './users';

/**
 * `tb_account` of the second generation. Its `password` is what the app sends to log in, so whoever read that table could
 * log in as anybody: it is hashed as a password is (docs/accounts.md), and the app's next login is good against the hash.
 */
export const tbAccount: LegacyTable = {
  name: 'tb_account',
  select: {
    columns: {
      userId: 'userid',
      password: 'password',
      nickname: 'nickname',
      sex: 'sex',
      headPic: 'avatar',
      frontCover: 'frontcover',
      createdAt: 'create_time',
    },
    key: ['userid'],
    // Each hash takes a tenth of a second on purpose.
    size: 40,
  },
  plan,
};

interface LegacyAccount {
  user: LegacyUser;
  /** Undefined for text that no app can send. */
  password: string | undefined;
  sex: number;
}

async function plan(rows: readonly Row[], context: CopyContext): Promise<Plan> {
  const { target, random } = context;
  const entries = rows.map((row) => readEntry(row, context));
  const userIds = entries.flatMap(({ account }) => account?.user.userId ?? []);
  const accounts = await knownAccounts(target, userIds);
  const users = await knownUsers(target, userIds);
  const added: LegacyAccount[] = [];
  const userChanges: UserChange[] = [];

  const outcomes = entries.map(({ key, account, alterations }): Outcome => {
    if (account === undefined) return skipped(key, noUserId);
    const { user, password } = account;
    const known = accounts.get(user.userId);
    const fault = accountFault(account, known, context);
    if (fault !== undefined) return skipped(key, fault);
    if (known === undefined) added.push(account);
    accounts.set(user.userId, { createdAt: user.createdAt, deleted: false });
    const change = userChange(user, users.get(user.userId), true);
    userChanges.push(change);
    return {
      key,
      kind: known === undefined ? 'new' : change.kind === 'new' ? 'changed' : change.kind,
      altered: password === undefined ? [...alterations, noPassword] : alterations,
      at: user.createdAt === 0 ? undefined : user.createdAt,
    };
  });
  return {
    outcomes,
    async write() {
      const hashed = await Promise.all(added.map((account) => accountRow(account, random)));
      await target.transaction(async (tx) => {
        await writeUsers(tx, userChanges);
        await insertRows(tx, 'INSERT INTO accounts (user_id, password_hash, sex, created_at)', hashed);
      });
    },
  };
}

const noPassword = 'password: no app can send this, so nobody can log in; the id stays taken';

function readEntry(source: Row, { offsetMinutes }: CopyContext) {
  const row = legacyRow(source, offsetMinutes);
  const userId = row.userId();
  const password = row.id('password');
  const sex = row.int('sex');
  const account = userId !== undefined && {
    user: {
      userId,
      nickname: row.text('nickname', 128),
      headPic: row.picture('headPic'),
      frontCover: row.picture('frontCover'),
      location: '',
      forbidden: false,
      createdAt: row.time('createdAt') ?? 0,
    },
    password: /^[a-zA-Z0-9]{1,128}$/.test(password) ? password : undefined,
    sex: sex === 0 || sex === 1 ? sex : -1,
  };
  const { alterations } = row;
  return { key: JSON.stringify(source['userId']), account: account || undefined, alterations };
}

/** Why an account cannot be taken over, undefined when it can or has been. */
function accountFault(
  { user }: LegacyAccount,
  known: KnownAccount | undefined,
  context: CopyContext,
): string | undefined {
  if (!v2UserIdForm.test(user.userId)) return 'userid: no v2 app can log in under an id of this form';
  if (context.isReserved(user.userId)) return 'userid: is reserved here';
  if (known?.deleted === true) return accountDeleted;
  if (known !== undefined && known.createdAt !== user.createdAt)
    return 'userid: was registered here by somebody, or came over from another row or with another --time-zone';
  return timeFault(user.createdAt, context);
}

async function accountRow({ user, password, sex }: LegacyAccount, random: CopyContext['random']) {
  const hash = password === undefined ? null : await hashPassword(password, random);
  return [user.userId, hash, sex, user.createdAt];
}
