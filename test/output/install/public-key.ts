/** Public halves of keys that were made for tests, and whose other halves nobody has. */
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElruINP/mlT8c3aUQnG6t4eRaNJWq
9KLgTLbCalEUEH+AW4fgf/9qSOXofoHNwMtwa0VOqk07oB8qsNlQcq1RmQ==
-----END PUBLIC KEY-----
`;

/** Another one. */
export const OTHER_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqWohScp6PvmBFEWnnd8Ks5ZvuCv+
jtzQORdQyaXjvKkG6DZU0RKeR139ZBrVKjXvUOlWbPOIo2fANzyoFj3jkQ==
-----END PUBLIC KEY-----
`;
