internal import CFileSystem
internal import Glibc

/// What tells whether something is on the disk.
package enum DiskSynchronization {
    /// Waits until everything is on the disk that was written to the file system of an open file.
    ///
    /// - Returns: 0, or the error of what could not be written since the file was opened.
    package static func fileSystem(of descriptor: Int32) -> Int32 {
        lifeboat_sync_file_system(descriptor) == 0 ? 0 : errno
    }
}
