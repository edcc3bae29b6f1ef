/* SHA256_Init and its companions keep their state in a plain value; OpenSSL 3 marks them as old, and keeps them. */
#define OPENSSL_API_COMPAT 10101

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
