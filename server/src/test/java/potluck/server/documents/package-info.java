/** Holds the documents, and what operators are given, to the program: they say what is there. */
@NullMarked
package potluck.server.documents;

import org.jspecify.annotations.NullMarked;
