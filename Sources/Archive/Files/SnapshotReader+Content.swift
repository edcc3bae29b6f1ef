package import KubernetesObjects

extension SnapshotReader {
    /// The contents of an object; nil for one that has none.
    package func content(_ entry: SnapshotEntry) throws(LifeboatError) -> StoredContent? {
        guard entry.hasContent else { return nil }
        return try reading(entry) { () throws(LifeboatError) in try tree.chunkList(entry.id).content }
    }

    /// The file, folder or link of a path, as lists show it or as it is; nil when there is none.
    package func file(at path: String) throws(LifeboatError) -> SnapshotEntry? {
        let shown = path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
            .map { String(decoding: $0, as: UTF8.self) }
        let plain = shown.map { FileNames.text(Array($0.utf8)) }
        for names in shown.elementsEqual(plain, by: { $0.hasBytes(of: $1) }) ? [shown] : [shown, plain] {
            guard let name = names.last else { return nil }
            let folder = names.dropLast().joined(separator: "/")
            let found = try entries(FileDocument.resource, namespace: folder).first { $0.name.hasBytes(of: name) }
            if let found { return found }
        }
        return nil
    }

    /// The bytes of a chunk: what was backed up, or an error.
    ///
    /// It can be called from several threads at once, which read and open in parallel.
    package func bytes(_ chunk: ChunkReference) throws(LifeboatError) -> [UInt8] {
        let bytes = try tree.blobs.read(chunk.id, .chunk)
        guard bytes.count == Int(chunk.length) else {
            throw PackedBlobs.damaged("chunk \(chunk.id)", "it has \(bytes.count) bytes instead of \(chunk.length)")
        }
        return bytes
    }

    /// Where a chunk is: chunks that are read in the order of their places are read fastest.
    package func place(_ chunk: ChunkReference) throws(LifeboatError) -> (pack: Int, offset: Int)? {
        try tree.blobs.locate(chunk.id).map { (Int($0.pack), Int($0.offset)) }
    }

    /// What tells whether bytes at hand are those of a chunk, without reading it.
    package func chunkIdentifiers() throws(LifeboatError) -> ChunkIdentifiers {
        ChunkIdentifiers(hash: TreeKeys(try tree.blobs.ring.domain(snapshot.domain)).identifiers)
    }
}

/// Compares bytes with the ids of chunks.
package struct ChunkIdentifiers: Sendable {
    let hash: KeyedHash

    package func isChunk(_ bytes: UnsafeRawBufferPointer, _ chunk: ChunkReference) -> Bool {
        bytes.count == Int(chunk.length) && hash.identifier(.chunk, bytes) == chunk.id
    }
}
