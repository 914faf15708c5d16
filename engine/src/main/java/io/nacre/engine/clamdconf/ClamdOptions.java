package io.nacre.engine.clamdconf;

import io.nacre.engine.policy.NearestName;
import java.util.HashMap;
import java.util.Map;

/** Every option of a clamd.conf of ClamAV 1.4 or 1.5, with its type. */
final class ClamdOptions {
  private static final String BOOLS =
      """
      AlertBrokenExecutables AlertBrokenMedia AlertEncrypted AlertEncryptedArchive AlertEncryptedDoc
      AlertExceedsMax AlertOLE2Macros AlertPartitionIntersection AlertPhishingCloak
      AlertPhishingSSLMismatch AlgorithmicDetection AllowAllMatchScan AllowSupplementaryGroups
      ArchiveBlockEncrypted ArchiveBlockMax ArchiveLimitMemoryUsage BlockMax Bytecode
      BytecodeUnsigned ConcurrentDatabaseReload CrossFilesystems Debug DetectBrokenExecutables
      DetectPUA DevACOnly DevCollectHashes DevLiblog DevPerformance DisableCache DisableCertCheck
      EnableReloadCommand EnableShutdownCommand EnableStatsCommand EnableVersionCommand ExitOnOOM
      ExtendedDetectionInfo FIPSCryptoHashLimits FixStaleSocket FollowDirectorySymlinks
      FollowFileSymlinks ForceToDisk Foreground GenerateMetadataJson HeuristicAlerts
      HeuristicScanPrecedence JsonStoreExtraHashes JsonStoreHTMLURIs JsonStorePDFURIs
      LeaveTemporaryFiles LogClean LogFileUnlock LogRotate LogSyslog LogTime LogVerbose
      MailFollowURLs OLE2BlockMacros OfficialDatabaseOnly OnAccessDenyOnError OnAccessDisableDDD
      OnAccessExcludeRootUID OnAccessExtraScanning OnAccessPrevention PartitionIntersection
      PhishingAlwaysBlockCloak PhishingAlwaysBlockSSLMismatch PhishingScanURLs PhishingSignatures
      PreludeEnable ScanArchive ScanELF ScanHTML ScanHWP3 ScanImage ScanImageFuzzyHash ScanMail
      ScanOLE2 ScanOnAccess ScanOneNote ScanPDF ScanPE ScanPartialMessages ScanSWF ScanXMLDOCS
      StructuredCCOnly StructuredDataDetection StructuredSSNFormatNormal
      StructuredSSNFormatStripped
      """;
  private static final String NUMBERS =
      """
      ArchiveMaxCompressionRatio ArchiveMaxFiles ArchiveMaxRecursion BytecodeTimeout CacheSize
      CommandReadTimeout DevACDepth FailIfCvdOlderThan IdleTimeout MailMaxRecursion
      MaxConnectionQueueLength MaxDirectoryRecursion MaxFiles MaxIconsPE MaxPartitions MaxQueue
      MaxRecHWP3 MaxRecursion MaxScanTime MaxThreads OnAccessCurlTimeout OnAccessExcludeUID
      OnAccessMaxThreads OnAccessRetryAttempts PCREMatchLimit PCRERecMatchLimit ReadTimeout
      SelfCheck SendBufTimeout StreamMaxPort StreamMinPort StructuredMinCreditCardCount
      StructuredMinSSNCount TCPSocket
      """;
  private static final String SIZES =
      """
      ArchiveMaxScanSize LogFileMaxSize MaxEmbeddedPE MaxFileSize MaxHTMLNoTags MaxHTMLNormalize
      MaxScanSize MaxScriptNormalize MaxZipTypeRcg OnAccessMaxFileSize PCREMaxFileSize
      StreamMaxLength
      """;
  private static final String STRINGS =
      """
      BytecodeMode BytecodeSecurity CVDCertsDirectory DatabaseDirectory ExcludePUA ExcludePath
      IncludePUA LocalSocket LocalSocketGroup LocalSocketMode LogFacility LogFile
      OnAccessExcludePath OnAccessExcludeUname OnAccessIncludePath OnAccessMountPath PidFile
      PreludeAnalyzerName TCPAddr TemporaryDirectory User VirusEvent
      """;

  private static final Map<String, OptionType> TYPES = types();

  private ClamdOptions() {}

  /**
   * Returns the type of option {@code name}, in which case matters.
   *
   * @throws IllegalArgumentException if there is no such option; the message says so
   */
  static OptionType typeOrThrow(String name) {
    OptionType type = TYPES.get(name);
    if (type == null) {
      throw new IllegalArgumentException(
          ConfLine.printable(name)
              + ": is no option of clamd"
              + NearestName.suggestion(name, TYPES.keySet()));
    }
    return type;
  }

  /** Returns true if there is an option {@code name}. */
  static boolean contains(String name) {
    return TYPES.containsKey(name);
  }

  private static Map<String, OptionType> types() {
    Map<String, OptionType> types = new HashMap<>();
    put(types, BOOLS, OptionType.BOOL);
    put(types, NUMBERS, OptionType.NUMBER);
    put(types, SIZES, OptionType.SIZE);
    put(types, STRINGS, OptionType.STRING);
    return Map.copyOf(types);
  }

  private static void put(Map<String, OptionType> types, String names, OptionType type) {
    for (String name : names.strip().split("\\s+", -1)) {
      types.put(name, type);
    }
  }
}
