/** The public half of a key that was made for tests, and whose other half nobody has. */
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElruINP/mlT8c3aUQnG6t4eRaNJWq
9KLgTLbCalEUEH+AW4fgf/9qSOXofoHNwMtwa0VOqk07oB8qsNlQcq1RmQ==
-----END PUBLIC KEY-----
`;
