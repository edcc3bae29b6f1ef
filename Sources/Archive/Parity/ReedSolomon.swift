internal import CIsal

/// The code of parity: of 20 units of data and 2 of parity, any 2 may be lost. By ISA-L.
///
/// Arithmetic is in GF(2^8) with the polynomial 0x11D. Unit r of parity is the sum over j of unit j times the inverse of
/// `(20 + r) xor j` (a Cauchy matrix, of which every square part can be inverted).
enum ReedSolomon {
    static let dataUnits = 20
    static let parityUnits = 2
    private static let tableBytes = 32 * dataUnits

    private static func coefficients(of row: Int) -> [UInt8] {
        (0..<dataUnits).map { gf_inv(UInt8((dataUnits + row) ^ $0)) }
    }

    /// Fills `parity` with what belongs to the data.
    ///
    /// - Parameters:
    ///   - data: where each unit begins.
    ///   - length: of each unit; `parity` has the room of `parityUnits` of them.
    static func encode(
        _ data: [UnsafeMutablePointer<UInt8>?],
        length: Int,
        into parity: UnsafeMutablePointer<UInt8>
    ) {
        combine(data, (0..<parityUnits).flatMap(coefficients), length, (0..<parityUnits).map { parity + $0 * length })
    }

    /// What recovers some units of data from others and from parity; nil when too much is lost.
    struct Recovery {
        /// Which units are read, those of parity from `dataUnits` on.
        let sources: [Int]
        private let coefficients: [UInt8]

        init?(lost: [Int], parity: [Int]) {
            guard !lost.isEmpty, lost.count <= parity.count else { return nil }
            let rows = parity.prefix(lost.count)
            sources = (0..<dataUnits).filter { !lost.contains($0) } + rows.map { dataUnits + $0 }
            var matrix = sources.flatMap { source in
                source < dataUnits
                    ? (0..<dataUnits).map { $0 == source ? 1 : 0 } : ReedSolomon.coefficients(of: source - dataUnits)
            }
            var inverse = [UInt8](repeating: 0, count: matrix.count)
            guard gf_invert_matrix(&matrix, &inverse, Int32(dataUnits)) == 0 else { return nil }
            coefficients = lost.flatMap { inverse[$0 * dataUnits..<($0 + 1) * dataUnits] }
        }

        /// Writes the lost units, in the order in which they were named.
        func recover(
            _ sources: [UnsafeMutablePointer<UInt8>?],
            length: Int,
            into lost: [UnsafeMutablePointer<UInt8>?]
        ) {
            ReedSolomon.combine(sources, coefficients, length, lost)
        }
    }

    private static func combine(
        _ sources: [UnsafeMutablePointer<UInt8>?],
        _ coefficients: [UInt8],
        _ length: Int,
        _ results: [UnsafeMutablePointer<UInt8>?]
    ) {
        var (sources, coefficients, results) = (sources, coefficients, results)
        var tables = [UInt8](repeating: 0, count: tableBytes * results.count)
        let rows = Int32(results.count)
        ec_init_tables(Int32(dataUnits), rows, &coefficients, &tables)
        ec_encode_data(Int32(length), Int32(dataUnits), rows, &tables, &sources, &results)
    }
}
