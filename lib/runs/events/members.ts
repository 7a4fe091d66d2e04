/** Values of GitHub's `author_association` that are of people of the house. https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
export const MEMBERS: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];
