/** Tests that the documents and the deployment files match the program. */
@NullMarked
package potluck.server.documents;

import org.jspecify.annotations.NullMarked;
