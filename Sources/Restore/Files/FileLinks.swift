internal import Archive
internal import Synchronization

/// The files with several names that have been restored: of each the first name, to which the others are linked.
final class FileLinks: Sendable {
    struct First {
        let path: RestoredPath
        let document: FileDocument
        let content: StoredContent
    }

    private let known = Mutex<[String: First]>([:])

    /// What another name of a file is linked to; nil when this is the first of them, or when they do not agree on what the file is.
    func first(_ document: FileDocument, _ content: StoredContent) -> RestoredPath? {
        guard let file = document.hardLink, let first = known.withLock({ $0[file] }), first.document == document,
            first.content == content
        else { return nil }
        return first.path
    }

    func restored(_ path: RestoredPath, _ document: FileDocument, _ content: StoredContent) {
        guard let file = document.hardLink else { return }
        known.withLock { $0[file] = First(path: path, document: document, content: content) }
    }
}
