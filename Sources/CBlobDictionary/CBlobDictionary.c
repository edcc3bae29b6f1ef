#include "CBlobDictionary.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char objects_1[] = {
#embed "objects-1.dictionary"
};

const unsigned char *lifeboat_objects_dictionary_1(unsigned long *size) {
  *size = sizeof objects_1;
  return objects_1;
}
