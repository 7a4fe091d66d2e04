import { z } from 'zod';
import { addressOf, holdsCredential } from '../words/git-address';
import { image, label, objectName, text } from '../words/scalars';

/** `webhookRouter` of a cluster file: one address for webhooks, from which deliveries go to the orchestrators of many clusters. */

/** In the address of a member: what kind of Git host a delivery came from, `github` or `gitea`. */
export const GIT_HOST = '{gitHost}';

/** Undefined where it cannot be read. */
const parse = (url: string): URL | undefined => {
  const plain = url.replaceAll(GIT_HOST, 'github');
  return URL.canParse(plain) ? new URL(plain) : undefined;
};
const isAddress = (url: string): boolean => {
  const { protocol = '', search, hash } = parse(url) ?? {};
  // a URL loses white space without a word
  return (
    !/[\s\p{Cc}]/u.test(url) &&
    ['https:', 'http:'].includes(protocol) &&
    search === '' &&
    hash === '' &&
    !holdsCredential(url)
  );
};

const REPOSITORY = 'an address such as https://github.com/acme/web';

/** Whoever takes deliveries from a router. */
export const memberSchema = z
  .strictObject({
    name: text,
    url: z
      .string()
      .refine(isAddress, {
        error: 'is not an address that deliveries can be sent to',
        params: { expected: 'https://host/path, without user, password, ? and #' },
      })
      .meta({ expected: 'an address such as https://ci.example.com/webhook/github' }),
    /** Whether the address may be one of http. @default false */
    insecure: z.boolean().default(false),
    /** Those that it owns; undefined: nobody knows, so it gets every delivery. @default - every delivery */
    repositories: z
      .array(
        text
          .refine((value) => addressOf(value)?.path.includes('/') === true, {
            error: 'is not an address of a repository',
            params: { expected: REPOSITORY },
          })
          .refine((value) => !holdsCredential(value), {
            error: 'holds a user or a password, which would be in Git',
            params: { expected: REPOSITORY },
          }),
      )
      .min(1)
      .optional(),
  })
  .superRefine(({ url, insecure }, context) => {
    if (!insecure && parse(url)?.protocol === 'http:')
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: 'is one of http, which lets others read deliveries: write https, or insecure: true beside it',
      });
  });
export type Member = z.output<typeof memberSchema>;
/** As it is written. */
export type MemberEntry = z.input<typeof memberSchema>;

/** Name by which a member is reached; a dot at its end, which ends every whole name in DNS, makes no other name of it. */
export const hostOfMember = ({ url }: Pick<Member, 'url'>): string | undefined =>
  parse(url)?.hostname.replace(/\.$/, '');

/** The address as others spell it, too: in small letters where these count for nothing, without the slash or dot at an end. */
export const addressOfMember = (member: Pick<Member, 'url'>): string => {
  const { protocol, port, pathname } = parse(member.url)!;
  return `${protocol}//${hostOfMember(member)}:${port}${pathname.replace(/\/$/, '')}`;
};

/** `webhookRouter` of a cluster file. */
export const webhookRouterSchema = z.strictObject({
  /** @default - webhooks.<ingress.domain> */
  host: objectName.meta({ expected: 'a host such as webhooks.example.com' }).optional(),
  /** The orchestrator's. @default - that of this release */
  image: image.optional(),
  /** 1 to 10. @default 2 */
  replicas: z.number().int().min(1).max(10).default(2),
  /** Beside the orchestrators of the fleet. @default - none */
  members: z.array(memberSchema.safeExtend({ name: label })).default([]),
});
export type WebhookRouter = z.output<typeof webhookRouterSchema>;
