/** Values of GitHub's `author_association` of people who may push to the repository. https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
export const MEMBERS: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];
