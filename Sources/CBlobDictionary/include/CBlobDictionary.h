#ifndef LIFEBOAT_BLOB_DICTIONARY_H
#define LIFEBOAT_BLOB_DICTIONARY_H

/// The dictionary of zstd for documents. Repositories are written with it, so its bytes never change; a better one is a new file.
const unsigned char *lifeboat_objects_dictionary_1(unsigned long *size);

#endif
